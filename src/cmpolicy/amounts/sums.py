"""Sums: money in a currency, months of fees, or no limit; exact, and compared in one unit alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from cmpolicy.unknown import UNKNOWN, Unknown

FEES: Final = "months of fees"
"""A unit like a currency: what a month costs, no agreement says."""
UNLIMITED: Final = "unlimited"
MONTHS_A_YEAR: Final = 12
_CODES: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP "
    "GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES "
    "KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU "
    "MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON "
    "RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND "
    "TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
CURRENCIES: Final = frozenset(_CODES.split())
"""The codes of ISO 4217 for money that is spent."""
_SCALES: Final = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_MONEY: Final = re.compile(
    r"([A-Z]{3}) ([0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,18})(\.[0-9]{1,6})?"
    r"(?: (thousand|million|billion))?"
)
_FEES: Final = re.compile(r"([0-9]{1,4}) (month|year)s? of fees")
_EXPECTED: Final = (
    "write a currency and a number, as in USD 2 million; 12 months of fees; unlimited"
)


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount in a unit; without a unit it is unlimited."""

    amount: Decimal
    unit: str
    """A currency, or `FEES`; empty: unlimited."""
    text: str = field(compare=False)
    """As the file says it."""

    def at_least(self, other: Sum) -> bool | Unknown:
        """Say whether it is no less than another; UNKNOWN: they are in different units."""
        if not self.unit:
            return True
        if not other.unit:
            return False
        return self.amount >= other.amount if self.unit == other.unit else UNKNOWN


NOTHING: Final = Sum(Decimal(0), FEES, "none")
WITHOUT_LIMIT: Final = Sum(Decimal(0), "", UNLIMITED)


def parse_sum(text: str) -> Sum:
    """Read a sum, as in `USD 2 million` or `12 months of fees`; ValueError, in words for people."""
    plain, shown = " ".join(text.split()), text.strip()
    if plain == UNLIMITED:
        return Sum(Decimal(0), "", shown)
    fees = _FEES.fullmatch(plain)
    if fees is not None:
        months = int(fees[1]) * (MONTHS_A_YEAR if fees[2] == "year" else 1)
        return Sum(Decimal(months), FEES, shown)
    money = _MONEY.fullmatch(plain)
    if money is None:
        raise ValueError(f"cannot read the sum {text!r}: {_EXPECTED}")
    if money[1] not in CURRENCIES:
        raise ValueError(f"there is no currency {money[1]} (ISO 4217)")
    number = Decimal(money[2].replace(",", "") + (money[3] or ""))
    return Sum(number * _SCALES.get(money[4] or "", 1), money[1], shown)
