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

# --- Eigenvectors ----------------------------------------------------------------------------------------

# xTREVC3 sets room for a block of 128 of them to zero, however few there are. Pairs take two more at most.
set(OPENBLAS_EIGENVECTORS
  "[sdcz]trevc3@         NB = MIN( NB, NBMAX )\n@         NB = MIN( NB, NBMAX, MAX( N + 2, NBMIN ) )\n"
)

# --- The largest magnitude -------------------------------------------------------------------------------

# xLANGE, xLANSY and xLANHE take the root for each complex number, and call a function that says whether it is NaN: for
# nothing where it is no larger than one before. NaN is never skipped, since it is not smaller than anything. A complex
# number's magnitude is at most the sum of those of its parts.
function(skip_smaller text)
  set(number "A( I, J )")
  set(find "\n( +)(TEMP|SUM) = ABS\\( A\\( I, J \\) \\)\n( +IF\\( VALUE)")
  set(sum "IF( ABS( REAL( ${number} ) ) +\n     $        ABS( AIMAG( ${number} ) ).LE.VALUE ) CYCLE")
  set(skip_complex "\n\\1${sum}\n\\1\\2 = ABS( ${number} )\n\\3")
  set(skip_real "\n\\1\\2 = ABS( ${number} )\n\\1IF( \\2.LE.VALUE ) CYCLE\n\\3")
  string(REGEX REPLACE "${find}" "${skip_${ARGV1}}" changed "${${text}}")
  set(${text} "${changed}" PARENT_SCOPE)
endfunction()

# Files, and the changes.
set(OPENBLAS_NORMS "[sd]lan(ge|sy)@skip_smaller:real" "[cz]lan(ge|sy|he)@skip_smaller:complex")

# --- Reflectors ------------------------------------------------------------------------------------------

# xLARFG leaves those whose numbers are neither huge nor tiny to src/lapack/larfg.h; xLARFB and xLARFT leave blocks of forward
# ones to larfb.h and larft.h there, which say whether they did it.
set(OPENBLAS_REFLECTORS "")
foreach(X S D C Z)
  string(TOLOWER ${X} x)
  foreach(entry
    "larfg@INTEGER            J, KNT\n@TAU = ZERO\n         RETURN\n      END IF\n@LARFG_SQUARES@N, ALPHA, X, INCX, TAU"
    "larfb@EXTERNAL           LSAME\n@IF( M.LE.0 .OR. N.LE.0 )\n     $   RETURN\n@LARFB_PARTS@SIDE, TRANS, DIRECT, STOREV, M, N, K, V,\n     $    LDV, T, LDT, C, LDC"
    "larft@QR,LQ,QL,DIRF,COLV\n@T(1,1) = TAU(1)\n         RETURN\n      END IF\n@LARFT_PRODUCTS@DIRECT, STOREV, N, K, V, LDV, TAU,\n     $    T, LDT"
  )
    string(REPLACE "@" ";" entry "${entry}")
    list(POP_FRONT entry name declared begin ours arguments)
    set(ours ${X}${ours})
    list(APPEND OPENBLAS_REFLECTORS
      "${x}${name}@${declared}@${declared}      INTEGER ${ours}\n      EXTERNAL ${ours}\n@${begin}@${begin}      IF( ${ours}( ${arguments} )\n     $    .NE.0 ) RETURN\n")
  endforeach()
endforeach()

# xLAHQR calls xLARFG for each of its reflectors, of two or three numbers, and xCOPY for those before. The sum of their squares
# does, without a norm by itself of all but the first, where it neither over- nor underflows.
set(type_S "REAL")
set(type_D "DOUBLE PRECISION")
foreach(X S D)
  string(TOLOWER ${X} x)
  set(call "            CALL ${X}LARFG( NR, V( 1 ), V( 2 ), 1, T1 )\n")
  string(CONCAT entry
    "${x}lahqr"
    "@      INTEGER            I, I1, I2, ITS,"
    "@      ${type_${X}}   LEAST, SQUARES, BETA, BELOW\n      INTEGER            I, I1, I2, ITS,"
    "@      SMLNUM = SAFMIN*("
    "@      LEAST = ( SAFMIN / ULP ) / ULP\n      SMLNUM = SAFMIN*("
    "@            IF( K.GT.M )\n     $         CALL ${X}COPY( NR, H( K, K-1 ), 1, V, 1 )\n${call}"
    "@            IF( K.GT.M ) THEN\n"
    "               V( 1 ) = H( K, K-1 )\n"
    "               V( 2 ) = H( K+1, K-1 )\n"
    "               V( 3 ) = ZERO\n"
    "               IF( NR.EQ.3 ) V( 3 ) = H( K+2, K-1 )\n"
    "            END IF\n"
    "            BELOW = V( 2 )*V( 2 ) + V( 3 )*V( 3 )\n"
    "            SQUARES = V( 1 )*V( 1 ) + BELOW\n"
    "            IF( BELOW.GT.LEAST .AND. SQUARES.LT.SAFMAX / 4 ) THEN\n"
    "               BETA = -SIGN( SQRT( SQUARES ), V( 1 ) )\n"
    "               T1 = ( BETA-V( 1 ) ) / BETA\n"
    "               V( 2 ) = V( 2 ) / ( V( 1 )-BETA )\n"
    "               V( 3 ) = V( 3 ) / ( V( 1 )-BETA )\n"
    "               V( 1 ) = BETA\n"
    "            ELSE\n"
    "   ${call}"
    "            END IF\n")
  list(APPEND OPENBLAS_REFLECTORS "${entry}")
endforeach()

# --- All -------------------------------------------------------------------------------------------------

# Returns in `result` the file that is compiled in place of a file of LAPACK, or nothing.
function(tuned_fortran source result)
  get_filename_component(name ${source} NAME_WE)
  file(RELATIVE_PATH file ${PROJECT_SOURCE_DIR} ${source})
  set(copy "")
  foreach(entry ${OPENBLAS_WORKSPACE} ${OPENBLAS_EIGENVECTORS} ${OPENBLAS_NORMS} ${OPENBLAS_REFLECTORS})
    string(REPLACE "@" ";" entry "${entry}")
    list(POP_FRONT entry names)
    if(NOT name MATCHES "^${names}$")
      continue()
    elseif(entry MATCHES "^skip_")
      write_tuned(${file} "${entry}" copy)
    else()
      write_replaced(${file} ${file} copy ${entry})
    endif()
  endforeach()
  if(copy)
    string(PREPEND copy ${OPENBLAS_COPIES}/)
  endif()
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()
