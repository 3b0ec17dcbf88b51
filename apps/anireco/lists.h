#pragma once

#include <memory>
#include <string>

#include "api/list_services.h"
#include "catalog/profile_store.h"
#include "settings.h"

namespace anireco::app {

/// The store of profiles in the data folder. Throws Error{unavailable} when the settings switch
/// profiles off.
std::unique_ptr<ProfileStore> open_profiles(const Settings& settings);

/// A name as the store knows it. Throws Error{invalid_argument} for what is no name.
std::string profile_key(const std::string& name);
/// Throws Error{not_found} when there is no such profile.
std::shared_ptr<const Profile> load_profile(const ProfileStore& store, const std::string& name);

/// What serve lets the API do with lists, as the settings say.
ListServices list_services(const Settings& settings);

}  // namespace anireco::app
