# SPDX-License-Identifier: Apache-2.0
"""An ordinary Django site with its default sessions: an id in the cookie, the session in the database.

    SECRET_KEY_FILE=… DATABASE=… python3 site.py PORT
"""
import os
import sys

import django
from django.conf import settings

with open(os.environ["SECRET_KEY_FILE"], encoding="utf-8") as file:
    SECRET = file.read().removesuffix("\n")
settings.configure(
    SECRET_KEY=SECRET,
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE"]}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
)
django.setup()

from django.contrib.auth import authenticate, get_user_model, login, logout  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpResponse, HttpResponseForbidden, HttpResponseRedirect  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.urls import path  # noqa: E402

FORM = """<!doctype html><title>Log in</title>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="%s">
<input name="name"> <input name="password" type="password"> <button>Log in</button></form>
"""


def home(request):
    return HttpResponse(f"logged in as {request.user.get_username() or 'nobody'}\n", "text/plain")


def log_in(request):
    if request.method != "POST":
        return HttpResponse(FORM % get_token(request))
    user = authenticate(request, username=request.POST.get("name"), password=request.POST.get("password"))
    if user is None:
        return HttpResponseForbidden("no\n")
    login(request, user)
    return HttpResponseRedirect("/app/")


def log_out(request):
    logout(request)
    return HttpResponseRedirect("/app/")


urlpatterns = [path("app/", home), path("app/login", log_in), path("app/logout", log_out)]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    if not get_user_model().objects.filter(username="anna").exists():
        get_user_model().objects.create_user("anna", password="tea")
    call_command("runserver", f"127.0.0.1:{sys.argv[1]}", "--noreload")
