<!DOCTYPE html>
<html lang="en"><title>Forms, and what only looks like them: <form method=post></title>
<!-- <form method="post"> -->
<script>document.write("<form method=post>")</script>
<form class="here" method="post" action="/xsrf/inject/body.cgi"><input name="a" value="1"></form>
<form method="post" action="https://evil.test/x"><input name="a"></form>
<form action="/search"><input name="q"></form>
<FORM data-a="x>y" id='here' ACTION='body.cgi?a=1&amp;b' METHOD='POST'><input name="b"></FORM>
<textarea><form method=post></textarea>
<template><form method=post></form></template>
<p>The end.
