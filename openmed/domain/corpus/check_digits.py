"""Check digits of the identifiers in the corpus. Pure arithmetic; no values are drawn here."""

from typing import Final

_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES: Final = dict(
    zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", "012345678912345678123457923456789", strict=True)
)
_NINE: Final = 9
_VIN_TEN: Final = 10


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
