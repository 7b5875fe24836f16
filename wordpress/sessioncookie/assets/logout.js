/* SPDX-License-Identifier: GPL-2.0-or-later */
( function () {
	var form = document.getElementById( 'sessioncookie-logout' );
	if ( form && form.getAttribute( 'data-send' ) ) {
		form.submit();
	}
} )();
