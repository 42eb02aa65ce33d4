/** Profiles of one's own: data that extends a profile of ours. */
export { loadProfile, ProfileError, type ProfileValue, profileData, profileValues } from './load-profile.ts'
