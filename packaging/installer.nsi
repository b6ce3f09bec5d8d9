; The Windows installer: per user, no administrator, over an older version, silent with /S.
;
; dev.py defines VERSION, FOUR_NUMBERS, PUBLISHER, SOURCE (the frozen folder), OUTPUT, ICON and, with a certificate,
; SIGN_COMMAND.
; Exit status: 0 done, 1 given up by the person, 2 failed, 5 the program is running.
; The remover takes /DELETEDATA to remove the trader's data too; a silent removal keeps it otherwise.

; 64-bit like the program, where the compiler can make that (Debian's can; others make a 32-bit installer, which works too)
!if /FileExists "${NSISDIR}/Stubs/lzma_solid-amd64-unicode"
  Target amd64-unicode
!else
  Unicode true
!endif
!include MUI2.nsh
!include FileFunc.nsh

!define NAME "Kiwoom Desk"
!define EXECUTABLE "kiwoom_desk.exe"
!define DATA "$LOCALAPPDATA\KiwoomDesk\KiwoomDesk" ; as kiwoom_desk/storage/folders.py has it
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\kiwoom_desk"
!define RUNNING 5

Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\kiwoom_desk"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
RequestExecutionLevel user
!ifdef QUICK ; an installer that only serves a trial
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
!endif
AllowSkipFiles off
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10
BrandingText "${NAME} ${VERSION}"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\${EXECUTABLE}"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Korean"
!insertmacro MUI_LANGUAGE "English"

LangString StillRunning ${LANG_KOREAN} "${NAME}이(가) 실행 중입니다.$\r$\n진행 중인 주문이 없는지 확인하고 프로그램을 닫은 뒤 다시 시도하세요."
LangString StillRunning ${LANG_ENGLISH} "${NAME} is running.$\r$\nMake sure that no order is under way, close the program and try again."
LangString AskData ${LANG_KOREAN} "주문 기록과 설정도 지울까요?$\r$\n지운 기록은 되살릴 수 없습니다. 잘 모르겠으면 '아니요'를 누르세요.$\r$\n$\r$\n${DATA}"
LangString AskData ${LANG_ENGLISH} "Delete the record of orders and the settings too?$\r$\nThis cannot be undone. If unsure, choose No.$\r$\n$\r$\n${DATA}"

VIProductVersion "${FOUR_NUMBERS}"
!macro VERSION_STRINGS LANGUAGE
  VIAddVersionKey /LANG=${LANGUAGE} "ProductName" "${NAME}"
  VIAddVersionKey /LANG=${LANGUAGE} "ProductVersion" "${VERSION}"
  VIAddVersionKey /LANG=${LANGUAGE} "FileVersion" "${VERSION}"
  VIAddVersionKey /LANG=${LANGUAGE} "FileDescription" "${NAME} 설치"
  VIAddVersionKey /LANG=${LANGUAGE} "LegalCopyright" "MIT"
!macroend
!insertmacro VERSION_STRINGS ${LANG_KOREAN}
!insertmacro VERSION_STRINGS ${LANG_ENGLISH}

!ifdef SIGN_COMMAND
  !uninstfinalize '${SIGN_COMMAND} "%1"'
!endif

; Windows does not let anyone write to the file of a running program, so the file itself tells whether it runs.
!macro REFUSE_WHILE_RUNNING PREFIX
  Function ${PREFIX}RefuseWhileRunning
    again:
      IfFileExists "$INSTDIR\${EXECUTABLE}" 0 free
      ClearErrors
      FileOpen $0 "$INSTDIR\${EXECUTABLE}" a
      IfErrors running
      FileClose $0
      Goto free
    running:
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(StillRunning)" /SD IDCANCEL IDRETRY again
      SetErrorLevel ${RUNNING}
      Quit
    free:
  FunctionEnd
!macroend
!insertmacro REFUSE_WHILE_RUNNING ""
!insertmacro REFUSE_WHILE_RUNNING "un."

; Exactly what an installation of any version may have put there, so that nothing of somebody else's is ever removed.
!macro REMOVE_PROGRAM
  Delete "$INSTDIR\${EXECUTABLE}"
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
!macroend

Function .onInit
  SetShellVarContext current
  Call RefuseWhileRunning
FunctionEnd

Section
  !insertmacro REMOVE_PROGRAM
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${EXECUTABLE}"

  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${EXECUTABLE}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" $0
SectionEnd

Function un.onInit
  SetShellVarContext current
  Call un.RefuseWhileRunning
FunctionEnd

Section "Uninstall"
  !insertmacro REMOVE_PROGRAM
  Delete "$INSTDIR\uninstall.exe"
  SetOutPath "$TEMP" ; a folder that is somebody's current one cannot be removed
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"

  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DELETEDATA" $1
  IfErrors 0 delete_data
  IfFileExists "${DATA}\*.*" 0 keep_data
  MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(AskData)" /SD IDNO IDYES delete_data
  Goto keep_data
  delete_data:
    RMDir /r "${DATA}"
    RMDir "$LOCALAPPDATA\KiwoomDesk"
  keep_data:
SectionEnd
