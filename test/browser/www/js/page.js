// SPDX-License-Identifier: Apache-2.0
// The first script of the page itself: what it finds is what any later one uses.
window.early = window.fetch;
