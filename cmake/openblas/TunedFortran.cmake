# Faster files of LAPACK: copies with changes. docs/speed.md has the figures.

# --- Workspace -------------------------------------------------------------------------------------------

# What these drivers answer when they are asked for the best size of their workspace leaves none, or too little, to what
# multiplies eigenvectors with the factors of the tridiagonal form, xORMTR and xUNMTR, which then take them column by column:
# blocks of 32, and the triangular factor of a block, 65 by 64 numbers. For fewer unknowns column by column is faster.
set(OPENBLAS_BLOCKED_VECTORS 90)
set(add "32*N + 65*64\n")

# Files, what is there, and what comes in its place.
set(OPENBLAS_WORKSPACE
  "[cz]heevd@            LROPT = LRWMIN\n            LIOPT = LIWMIN\n         END IF\n@            LROPT = LRWMIN\n            LIOPT = LIWMIN\n            IF( WANTZ .AND. N.GE.${OPENBLAS_BLOCKED_VECTORS} ) LOPT = LOPT + ${add}         END IF\n"
  "[cz]hegvd@      LOPT = LWMIN\n@      LOPT = LWMIN\n      IF( WANTZ .AND. N.GE.${OPENBLAS_BLOCKED_VECTORS} ) LOPT = LOPT + ${add}"
  "(dsy|[cz]he)evr@         LWKOPT = MAX( ( NB+1 )*N, LWMIN )\n@         LWKOPT = MAX( ( NB+1 )*N, LWMIN )\n         IF( WANTZ .AND. N.GE.${OPENBLAS_BLOCKED_VECTORS} ) LWKOPT = LWKOPT + ${add}"
)
unset(add)

# Returns in `result` the file that is compiled in place of a file of LAPACK, or nothing.
function(tuned_fortran source result)
  set(${result} "" PARENT_SCOPE)
  get_filename_component(name ${source} NAME_WE)
  foreach(entry ${OPENBLAS_WORKSPACE})
    string(REPLACE "@" ";" entry "${entry}")
    list(POP_FRONT entry names)
    if(name MATCHES "^${names}$")
      file(RELATIVE_PATH file ${PROJECT_SOURCE_DIR} ${source})
      write_replaced(${file} ${name}.f copy ${entry})
      if(copy)
        set(${result} ${OPENBLAS_COPIES}/${copy} PARENT_SCOPE)
      endif()
    endif()
  endforeach()
endfunction()
