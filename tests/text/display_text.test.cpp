// SPDX-License-Identifier: Apache-2.0
#include "text/display_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace leadtime::text;

TEST_CASE("display text: nothing that a terminal acts upon is left",
          "[hwprofiles][display]") {
    CHECK(escape_controls("plain äöü 漢字 ✓") == "plain äöü 漢字 ✓");
    CHECK(escape_controls("\033]0;title\007") == "\\x1b]0;title\\x07");
    CHECK(escape_controls("\xc2\x9b"
                          "31m")
          == "\\x9b31m");  // C1: CSI in one character
    CHECK(escape_controls("a\nb\rc\x7f") == "a\\x0ab\\x0dc\\x7f");
    CHECK(escape_controls(std::string("a\0b", 3)) == "a\\x00b");
    CHECK(escape_controls("\u202egpj.exe\u2066\u2069\u200f\u061c\ufeff")
          == "\\u202egpj.exe\\u2066\\u2069\\u200f\\u061c\\ufeff");
    CHECK(escape_controls("\U000e0041") == "\\U000e0041");
}

TEST_CASE("display text: what shows nothing is written out, marks are kept",
          "[hwprofiles][display]") {
    CHECK(escape_controls("pass­word") == "pass\\xadword");    // soft hyphen
    CHECK(escape_controls("aㅤbᅟ") == "a\\u3164b\\u115f");  // Hangul fillers
    CHECK(escape_controls("؀⁥󠿿") == "\\u0600\\u2065\\U000e0fff");
    CHECK(escape_controls("❤️ é") == "❤️ é");
}

TEST_CASE("display text: what is not UTF-8 is shown byte by byte",
          "[hwprofiles][display]") {
    CHECK(escape_controls("\x9b"
                          "31m")
          == "\\x9b31m");
    CHECK(escape_controls("\xff\xfe") == "\\xff\\xfe");
    // longer than needed: a lax terminal reads these as ESC
    CHECK(escape_controls("\xc0\x9b") == "\\xc0\\x9b");
    CHECK(escape_controls("\xe0\x80\x9b") == "\\xe0\\x80\\x9b");
    CHECK(escape_controls("\xf0\x80\x80\x9b") == "\\xf0\\x80\\x80\\x9b");
    CHECK(escape_controls("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // half a pair
    CHECK(escape_controls("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // too large
    CHECK(escape_controls("\xe2\x80") == "\\xe2\\x80");                    // cut off
}

TEST_CASE("display text: a whole output keeps its lines and its styles",
          "[hwprofiles][display]") {
    CHECK(escape_terminal("a\n\033[1mb\033[0m\033[38;5;32mc\n", Styles::kept)
          == "a\n\033[1mb\033[0m\033[38;5;32mc\n");
    CHECK(escape_terminal("\033[2J\033]0;x\007\033", Styles::kept)
          == "\\x1b[2J\\x1b]0;x\\x07\\x1b");
    CHECK(escape_terminal("\033[1\n\u202e\xc2\x9b", Styles::kept)
          == "\\x1b[1\n\\u202e\\x9b");
    CHECK(escape_terminal("\033[1mb\n") == "\\x1b[1mb\n");
    CHECK(escape_terminal("").empty());
}

TEST_CASE("display text: JSON stays the same document", "[hwprofiles][display]") {
    CHECK(escape_json("{\n \"a\": \"\x7f\xc2\x9b\u202e\U000e0041ä\"\n}")
          == "{\n \"a\": \"\\u007f\\u009b\\u202e\\udb40\\udc41ä\"\n}");
}

TEST_CASE("display text: columns are those of a terminal", "[hwprofiles][display]") {
    CHECK(display_width("कु") == 1);        // a Devanagari vowel sign has none
    CHECK(display_width("⌚🛝") == 4);  // symbols outside the wide blocks
    CHECK(display_width("abc") == 3);
    CHECK(display_width("äé") == 2);
    CHECK(display_width("漢字") == 4);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("\033") == 4);
}
