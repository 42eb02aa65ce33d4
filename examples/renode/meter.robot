*** Settings ***
Documentation     The firmware prints "online" on its console, USART1, when the broker has let it in.
...               Behind `atmqtt module … --`; METER_ELF names the firmware.

*** Test Cases ***
The Meter Comes Online
    Execute Command           $bin=@%{METER_ELF}
    Execute Script            ${CURDIR}/meter.resc
    Create Terminal Tester    sysbus.usart1    timeout=60
    Start Emulation
    Wait For Line On Uart     online
