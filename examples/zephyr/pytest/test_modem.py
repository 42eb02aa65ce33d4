"""Twister runs this with its pytest harness, behind `atmqtt module --tcp … --`, whose address is in the environment."""

import os


def attach_option():
    """native_sim starts the command once the UART has its PTY, whose name it puts in the place of %s."""
    return f"--attach_uart_cmd=socat %s,rawer tcp:{os.environ['ATMQTT_TCP']} &"


def test_the_meter_comes_online(unlaunched_dut):
    unlaunched_dut.generate_command()
    unlaunched_dut.command.append(attach_option())
    unlaunched_dut.launch()
    # What the application prints on its console when the broker has let it in.
    unlaunched_dut.readlines_until(regex="online", timeout=30)
