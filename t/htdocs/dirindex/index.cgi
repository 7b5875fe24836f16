#!/bin/sh
exec ../../cgi/env.cgi
