/** User-defined profiles: data that extends a built-in profile. */
export { loadProfile, ProfileError, type ProfileValue, profileData, profileValues } from './load-profile.ts'
