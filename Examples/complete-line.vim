" The command :CompleteLine lets a model continue the current line of Vim, up to the end of the line:
"
"   vim -S Examples/complete-line.vim notes.txt
"   :let g:lstm_model = 'checkpoint.bin'
"   :CompleteLine
"
" lstm-sample must be on the path. A key can be mapped: inoremap <C-l> <Cmd>CompleteLine<CR>

let g:lstm_model = get(g:, 'lstm_model', 'checkpoint.bin')
let g:lstm_options = get(g:, 'lstm_options', '--temperature 0.5 --length 80')

function! s:CompleteLine() abort
  let l:line = getline('.')
  let l:request = json_encode({'prompt': l:line, 'stop': "\n"})
  let l:command = 'lstm-sample --requests --unknown nearest ' . g:lstm_options . ' ' . shellescape(g:lstm_model)
  let l:output = system(l:command, l:request . "\n")
  if v:shell_error
    echoerr trim(l:output)
    return
  endif
  let l:answer = json_decode(l:output)
  if has_key(l:answer, 'error')
    echoerr 'lstm-sample: ' . l:answer.error
    return
  endif
  call setline('.', l:line . substitute(l:answer.text, '\n$', '', ''))
  call cursor('.', col('$'))
endfunction

command! CompleteLine call s:CompleteLine()
