/** Profiles of one's own: data that extends a profile of ours. */
export { loadProfile, ProfileError, profileData } from './load-profile.ts'
