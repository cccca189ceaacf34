// The default training text: this repository's own source and documentation, embedded when it was built.
#pragma once

#include <string_view>

std::string_view embedded_text();
