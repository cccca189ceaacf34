# Writes OUTPUT, the definition of embedded_text(), from the text of FILES (run by cmake -P).
set(literals "")
foreach(name ${FILES})
  file(READ ${name} text)
  string(APPEND literals "R\"~text~(${text})~text~\"\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"examples/embedded_text.hpp\"

static constexpr char text[] =
${literals};

std::string_view embedded_text() { return {text, sizeof text - 1}; }
")
