#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string_view>

namespace anireco {

/// Throws Error{corrupt}: the server's answer is not of the form it should have.
[[noreturn]] void throw_unexpected(std::string_view what);

/// Parts of a server's answer. Each throws Error{corrupt} for a value of another type, a missing
/// member, a number that is negative, not whole or not finite.
boost::json::object& as_object(boost::json::value& value);
const boost::json::object& as_object(const boost::json::value& value);
boost::json::array& as_array(boost::json::value& value);
const boost::json::array& as_array(const boost::json::value& value);
std::string_view as_string(const boost::json::value& value);
std::uint64_t as_count(const boost::json::value& value);
float as_float(const boost::json::value& value);
boost::json::value& member(boost::json::object& object, std::string_view name);
const boost::json::value& member(const boost::json::object& object, std::string_view name);

}  // namespace anireco
