"""What is listed on the practice exchange: well-known names with plausible bases, none of it a quotation.

`market` is the market code of ka10099 ("0" KOSPI, "10" KOSDAQ, "8" ETF) or "gold". Bases are yesterday's closes in
won (gold: won per gram), on the tick grid. Sources of the flags: market/rules.md 10.4.
"""

from __future__ import annotations

from typing import Final, Literal

from kiwoom_desk.simulator.model import Listing

Kind = Literal["stock", "etf", "gold"]

KOSPI: Final = "0"
KOSDAQ: Final = "10"
ETF: Final = "8"
GOLD: Final = "gold"


def kind_of(listing: Listing) -> Kind:
    """Which tick table, band and tax apply to this instrument."""
    if listing.market == ETF:
        return "etf"
    return "gold" if listing.market == GOLD else "stock"


def _kospi(code: str, name: str, english: str, base: int, listed: int) -> Listing:
    return Listing(code, name, english, KOSPI, base, listed, nxt=True)


def _kosdaq(code: str, name: str, english: str, base: int, listed: int) -> Listing:
    return Listing(code, name, english, KOSDAQ, base, listed, nxt=True, state="증거금40%|담보대출|신용가능")


def _etf(code: str, name: str, english: str, base: int, listed: int) -> Listing:
    return Listing(code, name, english, ETF, base, listed, state="증거금20%")


# Most liquid first: the seeded market trades the head of the list most often.
_ALL: Final = (
    _kospi("005930", "삼성전자", "Samsung Electronics", 70_300, 5_919_637_922),
    _kospi("000660", "SK하이닉스", "SK hynix", 512_000, 728_002_365),
    _etf("069500", "KODEX 200", "KODEX 200", 48_215, 182_000_000),
    _kospi("005380", "현대차", "Hyundai Motor", 268_500, 204_757_766),
    _kospi("373220", "LG에너지솔루션", "LG Energy Solution", 421_500, 234_000_000),
    _kospi("035420", "NAVER", "NAVER", 246_500, 156_852_638),
    _kospi("035720", "카카오", "Kakao", 58_900, 442_000_000),
    _kospi("012450", "한화에어로스페이스", "Hanwha Aerospace", 897_000, 51_563_401),
    _kospi("034020", "두산에너빌리티", "Doosan Enerbility", 76_400, 640_561_146),
    _kospi("000270", "기아", "Kia", 112_600, 390_412_998),
    _kosdaq("247540", "에코프로비엠", "EcoPro BM", 148_700, 97_801_344),
    _kosdaq("196170", "알테오젠", "Alteogen", 456_500, 53_464_968),
    _kosdaq("086520", "에코프로", "EcoPro", 86_300, 135_768_360),
    _kospi("105560", "KB금융", "KB Financial", 118_400, 381_462_103),
    _kospi("055550", "신한지주", "Shinhan Financial", 76_900, 485_494_934),
    _kospi("068270", "셀트리온", "Celltrion", 181_300, 230_900_000),
    _kospi("207940", "삼성바이오로직스", "Samsung Biologics", 1_218_000, 46_290_951),
    _kospi("005490", "POSCO홀딩스", "POSCO Holdings", 309_500, 80_932_952),
    _kospi("051910", "LG화학", "LG Chem", 376_000, 70_592_343),
    _kospi("006400", "삼성SDI", "Samsung SDI", 301_500, 80_585_530),
    _kospi("028260", "삼성물산", "Samsung C&T", 214_500, 169_976_544),
    _kospi("012330", "현대모비스", "Hyundai Mobis", 301_000, 91_795_000),
    _kospi("066570", "LG전자", "LG Electronics", 86_200, 162_981_000),
    _kospi("015760", "한국전력", "KEPCO", 47_850, 641_964_077),
    _kospi("011200", "HMM", "HMM", 19_870, 1_025_039_496),
    _kospi("030200", "KT", "KT", 51_200, 252_021_685),
    _kospi("017670", "SK텔레콤", "SK Telecom", 53_800, 214_790_053),
    _kospi("086790", "하나금융지주", "Hana Financial", 88_700, 278_000_000),
    _kosdaq("028300", "HLB", "HLB", 43_650, 131_800_000),
    _kosdaq("277810", "레인보우로보틱스", "Rainbow Robotics", 412_500, 19_399_858),
    _etf("360750", "TIGER 미국S&P500", "TIGER US S&P500", 24_135, 420_000_000),
    _etf("114800", "KODEX 인버스", "KODEX Inverse", 3_105, 610_000_000),
    _etf("0156T0", "KODEX AI반도체TOP2플러스", "KODEX AI Semiconductor TOP2 Plus", 11_340, 24_000_000),
    Listing(
        "042660", "한화오션", "Hanwha Ocean", KOSPI, 126_400, 306_413_394, nxt=True, warning="5",
        state="증거금100%|투자경고",
    ),
    Listing(
        "950210", "프레스티지바이오파마", "Prestige Biopharma", KOSPI, 14_820, 60_100_000, warning="0",
        state="증거금100%|거래정지", halted=True,
    ),
    Listing("M04020000", "금 99.99_1Kg", "Gold 99.99% 1 kg", GOLD, 191_640, 0, state=""),
    Listing("M04020100", "미니금 99.99_100g", "Mini gold 99.99% 100 g", GOLD, 192_310, 0, state=""),
)  # fmt: skip

LISTINGS: Final[dict[str, Listing]] = {listing.code: listing for listing in _ALL}
