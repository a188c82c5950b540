"""Arabic, as it is written in the Gulf.

Never issued: national numbers that start with 0; telephone numbers whose subscriber part is
000 0xx; postcodes below 10000; bank 00.
"""

from datetime import date
from typing import Final

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.languages.parts import (
    SHARED,
    bank,
    checked,
    day_styles,
    gold,
    numbers,
    people,
    phrases,
)
from openmed.domain.corpus.locale import DayStyle, Locale
from openmed.domain.corpus.people import NAME_FORMS
from openmed.domain.text.check_digits import luhn_digit

_DIGITS: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_STYLES: Final[dict[str, DayStyle]] = day_styles(
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    written="{d} {m} {y}",
)


def _eastern(day: date) -> str:
    return f"{day.year}/{day.month}/{day.day}".translate(_DIGITS)


def _street(draws: Draws) -> str:
    name = draws.choice(
        phrases("""
            شارع النخيل; شارع الواحة; حي الروضة، شارع ١٢; شارع الميناء; حي الزهور، شارع الورد;
            شارع السوق القديم; طريق البستان; شارع المنارة; حي السلام، شارع الفجر; شارع العين
        """)
    )
    return f"{name}، مبنى {draws.integer(1, 380)}"


ARABIC: Final = Locale(
    people=people(
        women="""
            أمينة أسماء بشرى جميلة حليمة خديجة دلال رقية زينب سعاد سلمى سميرة شيماء عائشة عبير غادة
            فدوى كوثر لطيفة منى نادية نجلاء هدى وفاء
        """,
        men="""
            إبراهيم أحمد أيمن بدر جاسم حسام خالد راشد زكريا سالم سعيد سليمان صالح طارق عادل
            عبد_الرحمن عثمان فيصل كريم ماجد مصطفى ناصر هشام ياسر
        """,
        surnames="""
            البحراني البستاني البغدادي الجابري الحداد الحربي الحسيني الخياط الدوسري الراوي الرفاعي
            الزهراني الساعدي السويدي الشامي الشمري الصباغ الطائي العباسي العتيبي العطار العمري
            الغامدي الفارسي القحطاني القرشي الكعبي المالكي المصري المطيري المنصوري النجار النعيمي
            الهاشمي اليماني بركات حمدان عبد_الله قاسم مراد
        """,
    ),
    forms=NAME_FORMS,
    places={
        "city": gold("CITY", """
            الطائف; بريدة; صلالة; العين; المحرق; نزوى; تبوك; الخبر; صور; حائل; أبها; جازان
        """),
        "facility": gold("FACILITY", """
            مستشفى الواحة; مجمع الزهور الطبي; مستشفى المنارة العام; عيادة البستان; مركز الروضة
            الصحي
        """),
        "profession": gold("PROFESSION", "نجار; معلمة; سائق; محاسب; خياطة; مزارع; كهربائي; خباز"),
        "country": gold("COUNTRY", "مصر; الأردن; السودان; الهند; لبنان"),
    },
    phrases={
        "med": phrases("""
            ميتفورمين 500 ملغ مرتين يوميا; أملوديبين 5 ملغ; باراسيتامول 1 غ عند الحاجة; أوميبرازول
            20 ملغ; فوروسيميد 40 ملغ; أتورفاستاتين 20 ملغ مساء
        """),
        "dx": phrases("""
            التهاب رئوي; السكري من النوع الثاني; رجفان أذيني; كسر عنق الفخذ; التهاب المرارة; قصور
            القلب
        """),
        "complaint": phrases("""
            ألم في الصدر; ضيق في التنفس; حمى وسعال; ألم في البطن; دوار; ألم أسفل الظهر
        """),
        "test": phrases("صورة الدم; وظائف الكلى; التخثر; تحليل البول; غازات الدم; التروبونين"),
    },
    makers={
        **SHARED,
        "phone": numbers("PHONE", "05# 000 0###", "+966 5# 000 0###", "01# 000 0###"),
        "fax": numbers("FAX", "01# 000 0###", "+966 1# 000 0###"),
        "ssn": checked("SSN", "0########", lambda body: body + luhn_digit(body)),
        "mrn": numbers("MRN", "#######", "MR-######", "######"),
        "plan": numbers("HEALTH_PLAN_ID", "ZZ########", "00########"),
        "licence": numbers("LICENSE_ID", "Z0#######", "00########"),
        "zip": numbers("ZIPCODE", "00###"),
        "iban": bank("SA", "00##################"),
    },
    street=_street,
    styles={**_STYLES, "eastern": _eastern},
    usual_styles=("slashes", "slashes", "iso", "long", "eastern"),
)  # fmt: skip
"""Arabic of the Gulf."""
