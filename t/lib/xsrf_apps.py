# SPDX-License-Identifier: Apache-2.0
"""A Flask application with Flask-WTF's CSRFProtect and a Django project with its middleware, on one port:
each has a page with a form, /form, and takes what is posted to /post; /in?user=NAME logs in, and /who says
who that is. Arguments: port, key file."""
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings

port, secret = int(sys.argv[1]), open(sys.argv[2]).read().rstrip("\n")

settings.configure(SECRET_KEY="django-has-another-secret", ALLOWED_HOSTS=["main.test"], ROOT_URLCONF=__name__,
                   MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                               "django.middleware.csrf.CsrfViewMiddleware"],
                   SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
                   TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}])
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.template import engines
from django.urls import path
from flask import Flask, render_template_string, request, session
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.dispatcher import DispatcherMiddleware

app = Flask(__name__)
app.secret_key = secret
CSRFProtect(app)
WTF = '<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}"></form>'


@app.get("/form")
def wtf_form():
    session["_user_id"] = "7"
    return render_template_string(WTF)


@app.post("/post")
def wtf_post():
    return "flask took %s" % request.form["text"]


@app.get("/in")
def flask_in():
    session["_user_id"] = request.args["user"]
    return ""


@app.get("/who")
def flask_who():
    return session.get("_user_id", "nobody")


def django_in(request):
    request.session["_user_id"] = request.GET["user"]
    return HttpResponse("")


def django_who(request):
    return HttpResponse(request.session.get("_user_id", "nobody"))


def django_form(request):
    template = engines["django"].from_string('<form method="post">{% csrf_token %}</form>')
    return HttpResponse(template.render({}, request))


def django_post(request):
    return HttpResponse("django took %s" % request.POST["text"])


urlpatterns = [path("form", django_form), path("post", django_post), path("in", django_in),
               path("who", django_who)]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


both = DispatcherMiddleware(app, {"/flask": app, "/django": get_wsgi_application()})
make_server("127.0.0.1", port, both, handler_class=Quiet).serve_forever()
