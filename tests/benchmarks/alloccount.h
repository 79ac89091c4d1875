/* alloccount.h: how many bytes of large memory a process takes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __ALLOCCOUNT_H__
#define __ALLOCCOUNT_H__

unsigned long long alloccount_get (void);

#endif /* __ALLOCCOUNT_H__ */
