namespace SaliencyCluster.Tiles.Machine;

/// <summary>The general registers that kernels use, by their numbers in an instruction; the callee may change them all.</summary>
internal enum Register
{
    Rax = 0,
    Rcx = 1,
    Rdx = 2,
    Rsi = 6,
    Rdi = 7,
    R8 = 8,
    R9 = 9,
    R10 = 10,
    R11 = 11,
}
