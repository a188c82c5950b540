"""Check digits of identifiers: what makes a number right, and whether one is. Pure arithmetic.

The corpus makes identifiers with them, the pattern rules look for identifiers with them.
"""

from typing import Final

_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES: Final = dict(
    zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", "012345678912345678123457923456789", strict=True)
)
_NINE: Final = 9
_VIN_TEN: Final = 10
_NPI_LENGTH: Final = 10
_DEA_DIGITS: Final = 7
_IBAN_LENGTHS: Final = range(15, 35)


def luhn_digit(body: str) -> str:
    """Give the digit that makes `body` valid by Luhn."""
    doubled = [int(digit) * (2 - position % 2) for position, digit in enumerate(reversed(body))]
    total = sum(value - _NINE if value > _NINE else value for value in doubled)
    return str(-total % 10)


def npi_digit(body: str) -> str:
    """Give the last digit of a national provider number: Luhn with the prefix 80840."""
    return luhn_digit("80840" + body)


def dea_digit(body: str) -> str:
    """Give the last digit of a DEA number from its first six."""
    odd = sum(int(digit) for digit in body[::2])
    even = sum(int(digit) for digit in body[1::2])
    return str((odd + 2 * even) % 10)


def iban_digits(country: str, account: str) -> str:
    """Give the two check digits of an IBAN (ISO 7064, mod 97-10)."""
    number = "".join(str(int(character, 36)) for character in f"{account}{country}00")
    return f"{98 - int(number) % 97:02d}"


def vin_digit(vin: str) -> str:
    """Give the ninth character of a vehicle number; what stands there now does not count."""
    total = sum(
        int(_VIN_VALUES[character]) * weight
        for character, weight in zip(vin, _VIN_WEIGHTS, strict=True)
    )
    remainder = total % 11
    return "X" if remainder == _VIN_TEN else str(remainder)


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the one that Luhn wants; False for what is no number."""
    return digits.isdecimal() and luhn_digit(digits[:-1]) == digits[-1]


def is_npi(digits: str) -> bool:
    """Whether ten digits are a national provider number by their check digit."""
    return (
        len(digits) == _NPI_LENGTH and digits.isdecimal() and npi_digit(digits[:-1]) == digits[-1]
    )


def is_dea(number: str) -> bool:
    """Whether two letters and seven digits are a DEA number by their check digit."""
    digits = number[2:]
    return (
        len(digits) == _DEA_DIGITS and digits.isdecimal() and dea_digit(digits[:-1]) == digits[-1]
    )


def is_iban(number: str) -> bool:
    """Whether an account number without blanks has the length and check digits ISO 13616 wants."""
    is_shaped = len(number) in _IBAN_LENGTHS and number.isascii() and number.isalnum()
    return is_shaped and iban_digits(number[:2], number[4:]) == number[2:4]


def is_vin(number: str) -> bool:
    """Whether 17 characters are a vehicle number by their check digit."""
    is_shaped = len(number) == len(_VIN_WEIGHTS) and set(number) <= _VIN_VALUES.keys()
    return is_shaped and vin_digit(number) == number[8]
