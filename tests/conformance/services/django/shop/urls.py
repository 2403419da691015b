from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from shop import pages


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"word": pages.HOME})


urlpatterns = [path("", home)]
