# SPDX-License-Identifier: Apache-2.0
# A real Flask that renews its session with every response: whoever it knows stays known.
#
#   renewing.py PORT KEYFILE FOLDER
import os
import sys
import time

import flask

app = flask.Flask(__name__)
app.secret_key = open(sys.argv[2], encoding='ascii').read().rstrip('\n')
app.permanent_session_lifetime = 3600


@app.route('/login')
def login():
    flask.session.permanent = True
    flask.session['_user_id'] = flask.request.args['user']
    return 'in'


@app.route('/logout')
def logout():
    flask.session.clear()
    return 'out'


@app.route('/who')
def who():
    return flask.session.get('_user_id', 'nobody')


# Answers when the test has seen that it was asked, and wants the answer.
@app.route('/slow')
def slow():
    name = os.path.join(sys.argv[3], os.path.basename(flask.request.args['name']))
    open(name + '.asked', 'w', encoding='ascii').close()
    for _ in range(600):
        if os.path.exists(name + '.answer'):
            break
        time.sleep(0.05)
    if 'out' in flask.request.args:
        flask.session.clear()
    return flask.session.get('_user_id', 'nobody')


app.run('127.0.0.1', int(sys.argv[1]), threaded=True)
