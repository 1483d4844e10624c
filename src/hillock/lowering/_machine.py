"""Machines: what a processor can do, and LLVM's text as object code for it, linked into this process."""

import ctypes
import threading
from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

import llvmlite.binding as llvm

_LOCK = threading.RLock()  # LLVM's compilers are used by one thread at a time


class Machine(NamedTuple):
    """A processor as LLVM names it: triple, model and features, such as ``+avx2``."""

    triple: str
    model: str = ""
    features: str = ""

    @property
    def has_fma(self) -> bool:
        """Whether a product and a sum can be rounded once; elsewhere they are rounded one by one."""
        return "+fma" in self.features.split(",") or self.is_arm

    @property
    def has_scalef(self) -> bool:
        """Whether vectors of 64 bytes can be multiplied by powers of two."""
        return "+avx512f" in self.features.split(",")

    @property
    def is_arm(self) -> bool:
        return self.triple.startswith(("aarch64", "arm64"))

    @property
    def vector_bytes(self) -> int:
        """How many bytes a vector register holds."""
        features = self.features.split(",")
        return 64 if "+avx512f" in features else 32 if "+avx" in features else 16


@cache
def host() -> Machine:
    """Return the processor this runs on."""
    _start()
    features = llvm.get_host_cpu_features()
    return Machine(llvm.get_process_triple(), llvm.get_host_cpu_name(), features.flatten())


@cache
def _start() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()


def version() -> str:
    """Return the version of LLVM."""
    return ".".join(map(str, llvm.llvm_version_info))


def compile_object(text: str, machine: Machine) -> bytes:
    """Return object code."""
    with _LOCK:
        module, target = _optimised(text, machine)
        return target.emit_object(module)


def compile_listing(text: str, machine: Machine) -> tuple[str, str]:
    """Return the optimised text of LLVM and the assembly, to read."""
    with _LOCK:
        module, target = _optimised(text, machine)
        return str(module), target.emit_assembly(module)


def _optimised(text: str, machine: Machine) -> tuple[llvm.ModuleRef, llvm.TargetMachine]:
    _start()
    if machine.triple != llvm.get_process_triple():
        llvm.initialize_all_targets()
        llvm.initialize_all_asmprinters()
    target = llvm.Target.from_triple(machine.triple).create_target_machine(
        cpu=machine.model, features=machine.features, opt=2, reloc="pic", codemodel="small" if not machine.is_arm else "default"
    )
    module = llvm.parse_assembly(f'target triple = "{machine.triple}"\n{text}')
    module.data_layout = str(target.target_data)
    # The loops are vectors by construction and need no unrolling or vectorising: what is left is to clean up and schedule.
    tuning = llvm.create_pipeline_tuning_options(speed_level=2)
    tuning.loop_vectorization = tuning.slp_vectorization = tuning.loop_unrolling = tuning.loop_interleaving = False
    builder = llvm.create_pass_builder(target, tuning)
    builder.getModulePassManager().run(module, builder)
    return module, target


class Linked:
    """Object code in this process; functions are called without the interpreter's lock."""

    def __init__(self, code: bytes):
        with _LOCK:
            _start()
            backing = llvm.parse_assembly("")
            here = llvm.Target.from_default_triple().create_target_machine()
            # One block of memory for all sections: in a process with much mapped they could lie further apart than their relocations reach.
            self._engine = llvm.create_mcjit_compiler(backing, here, use_lmm=True)
            self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
            self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Return where a function is, for other machine code to call."""
        with _LOCK:
            return self._engine.get_function_address(name)

    def function(self, name: str, *arguments: type) -> Callable[..., None]:
        """Return a function that takes these types of ``ctypes`` and returns nothing; it keeps its code alive."""
        return partial(_call, ctypes.CFUNCTYPE(None, *arguments)(self.address(name)), self)


def _call(function: Callable[..., None], _code: Linked, *arguments: int) -> None:
    function(*arguments)


def flushing(name: str, function: str, parameters: str, machine: Machine) -> tuple[str, str]:
    """Return declarations and a function that calls another with subnormal numbers flushed to 0, as XLA runs on a CPU.

    A potential that decays to nothing would otherwise slow many processors down by a factor of ten. Processors other than x86 and ARM keep
    their ways.
    """
    given = ", ".join(part.replace(" noalias", "") for part in parameters.split(", "))
    head, before, after = _FLUSH_ARM if machine.is_arm else _FLUSH_X86 if machine.triple.startswith("x86_64") else ("", "", "")
    body = f"define void @{name}({parameters}) {{\n{before}  call void @{function}({given})\n{after}  ret void\n}}"
    return head, body


_FLUSH_ARM = (
    "declare i64 @llvm.aarch64.get.fpcr()\ndeclare void @llvm.aarch64.set.fpcr(i64)",
    """  %mode = call i64 @llvm.aarch64.get.fpcr()
  %flush = or i64 %mode, 16777216 ; FZ
  call void @llvm.aarch64.set.fpcr(i64 %flush)
""",
    "  call void @llvm.aarch64.set.fpcr(i64 %mode)\n",
)
_FLUSH_X86 = (
    "declare void @llvm.x86.sse.stmxcsr(ptr)\ndeclare void @llvm.x86.sse.ldmxcsr(ptr)",
    """  %saved = alloca i32
  %changed = alloca i32
  call void @llvm.x86.sse.stmxcsr(ptr %saved)
  %mode = load i32, ptr %saved
  %flush = or i32 %mode, 32832 ; FTZ and DAZ
  store i32 %flush, ptr %changed
  call void @llvm.x86.sse.ldmxcsr(ptr %changed)
""",
    "  call void @llvm.x86.sse.ldmxcsr(ptr %saved)\n",
)
