import secrets
from pathlib import Path

DEBUG = True
SECRET_KEY = secrets.token_urlsafe()
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "shop.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parents[1] / "templates"],
    }
]
