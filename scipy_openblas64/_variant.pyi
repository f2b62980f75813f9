VERSION: str
PREFIX: str
SUFFIX: str
LIBRARY: str
ILP64: bool
