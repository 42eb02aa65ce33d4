/** User-defined profiles: data that extends a built-in profile. */
export {
  isSameValue,
  loadProfile,
  type ProfileDifference,
  ProfileError,
  type ProfileValue,
  profileData,
  profileDifferences,
  profileValues,
} from './load-profile.ts'
