# Writes HEADER with VERSION and the commit of SOURCE_DIR; leaves it alone when nothing changed.
set(commit "unknown")
find_program(git_program git)
if(git_program AND EXISTS ${SOURCE_DIR}/.git)
  execute_process(
    COMMAND ${git_program} -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude=*
    OUTPUT_VARIABLE described RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT failed)
    set(commit "${described}")
  endif()
endif()
file(CONFIGURE OUTPUT ${HEADER} @ONLY CONTENT [[
#pragma once
#define CARTSTORM_VERSION "@VERSION@"
#define CARTSTORM_COMMIT "@commit@"
]])
