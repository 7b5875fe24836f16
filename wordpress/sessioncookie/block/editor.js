/* SPDX-License-Identifier: GPL-2.0-or-later */
( function ( blocks, blockEditor, components, element, serverSideRender, said ) {
	var el = element.createElement;

	function options() {
		return [ { label: said.choose, value: '' } ].concat( said.members.map( function ( name ) {
			return { label: name, value: name };
		} ) );
	}

	function panel( props ) {
		return el( blockEditor.InspectorControls, {},
			el( components.PanelBody, { title: said.member },
				el( components.SelectControl, {
					label: said.member,
					value: props.attributes.member,
					options: options(),
					help: said.members.length ? undefined : said.none,
					onChange: function ( value ) { props.setAttributes( { member: value } ); }
				} ),
				el( components.TextControl, {
					label: said.default,
					value: props.attributes.fallback,
					onChange: function ( value ) { props.setAttributes( { fallback: value } ); }
				} )
			)
		);
	}

	function preview( props ) {
		if ( ! props.attributes.member ) {
			return el( components.Placeholder, { icon: 'id', label: said.choose, instructions: said.members.length ? '' : said.none },
				said.members.length ? el( components.SelectControl, {
					label: said.member,
					hideLabelFromVision: true,
					value: '',
					options: options(),
					onChange: function ( value ) { props.setAttributes( { member: value } ); }
				} ) : null
			);
		}
		return el( components.Disabled, {}, el( serverSideRender, { block: 'sessioncookie/member', attributes: props.attributes } ) );
	}

	blocks.registerBlockType( 'sessioncookie/member', {
		edit: function ( props ) {
			return el( element.Fragment, {}, panel( props ), el( 'div', blockEditor.useBlockProps(), preview( props ) ) );
		},
		save: function () { return null; }
	} );
} )( window.wp.blocks, window.wp.blockEditor, window.wp.components, window.wp.element, window.wp.serverSideRender, window.sessioncookieMember );
