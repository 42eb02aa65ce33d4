/** A number with its check digit behind it, by Luhn's formula. */
export const withCheckDigit = (body: string): string => `${body}${(10 - (luhnSum(`${body}0`) % 10)) % 10}`

/** Whether the last digit is the check digit of the others. */
export const hasCheckDigit = (text: string): boolean => /^\d+$/.test(text) && luhnSum(text) % 10 === 0

/** 15 digits, the last one the check digit. */
export const isImei = (text: string): boolean => text.length === 15 && hasCheckDigit(text)

function luhnSum(text: string): number {
  let sum = 0
  for (let i = 0; i < text.length; i++) {
    const digit = Number(text[text.length - 1 - i])
    const counted = i % 2 === 0 ? digit : digit * 2
    sum += counted > 9 ? counted - 9 : counted
  }
  return sum
}
