using System.Buffers.Binary;

namespace SaliencyCluster.Tiles.Machine;

/// <summary>
/// The instructions of the kernels as bytes: a few of x86-64, and those of AVX-512 in the EVEX form. Vector registers are zmm0 to zmm31;
/// memory is a register plus a constant. The tests hold the bytes against those of the GNU assembler.
/// </summary>
internal sealed class Assembler
{
    // Opcode maps and mandatory prefixes of the EVEX form.
    private const int Map0F = 1, Map0F38 = 2, None = 0, P66 = 1, PF3 = 2;
    private readonly List<byte> _code = [];

    /// <summary>Gets where the next instruction goes.</summary>
    public int Position => _code.Count;

    /// <summary>Gets the bytes so far.</summary>
    public byte[] ToArray() => [.. _code];

    /// <summary>Fills up so that what comes next begins at a multiple of 64 bytes.</summary>
    public void Align()
    {
        while (Position % 64 != 0) _code.Add(0x90);
    }

    /// <summary>to = a x b + to, where a and b hold pairs of bf16 numbers.</summary>
    public void DotPairs(int to, int a, int b) => Evex(Map0F38, PF3, 0x52, to, a, b);

    /// <summary>to = the 16 numbers at the address.</summary>
    public void Load(int to, Register from, int offset) => Evex(Map0F, None, 0x10, to, from, offset, 64);

    /// <summary>Stores 16 numbers.</summary>
    public void Store(Register at, int offset, int from) => Evex(Map0F, None, 0x11, from, at, offset, 64);

    /// <summary>Stores the 16 bf16 numbers in the lower half of a register.</summary>
    public void StoreHalf(Register at, int offset, int from) => Evex(Map0F, None, 0x11, from, at, offset, 32, length: 1);

    /// <summary>to = the 32 bits at the address, 16 times.</summary>
    public void Broadcast(int to, Register from, int offset) => Evex(Map0F38, P66, 0x58, to, from, offset, 4);

    /// <summary>to = 16 bf16 numbers at the address, each in the lower half of 32 bits.</summary>
    public void LoadHalves(int to, Register from, int offset) => Evex(Map0F38, P66, 0x33, to, from, offset, 32);

    /// <summary>Shifts each 32 bits to the left.</summary>
    public void ShiftLeft(int to, int from, byte bits)
    {
        Evex(Map0F, P66, 0x72, 6, to, from);
        _code.Add(bits);
    }

    /// <summary>to = from.</summary>
    public void Move(int to, int from) => Evex(Map0F, None, 0x28, to, 0, from);

    /// <summary>Keeps the numbers whose bit of mask register 1 is set; the others become 0.</summary>
    public void KeepMasked(int to, int from) => Evex(Map0F, None, 0x28, to, 0, from, mask: 1, zero: true);

    /// <summary>to = all zeros.</summary>
    public void Clear(int to) => Evex(Map0F, P66, 0xef, to, to, to);

    /// <summary>to = a + b.</summary>
    public void Add(int to, int a, int b) => Evex(Map0F, None, 0x58, to, a, b);

    /// <summary>to = the larger of a and b; b where either is not a number.</summary>
    public void Max(int to, int a, int b) => Evex(Map0F, None, 0x5f, to, a, b);

    /// <summary>Mask register 1 = where a is greater than b; not where either is no number.</summary>
    public void WhereGreater(int a, int b)
    {
        Evex(Map0F, None, 0xc2, 1, a, b);
        _code.Add(0x1e); // GT_OQ
    }

    /// <summary>The lower half of to = the numbers rounded to bf16.</summary>
    public void RoundToHalves(int to, int from) => Evex(Map0F38, PF3, 0x72, to, 0, from);

    /// <summary>to = the 64 bits at the address.</summary>
    public void Load(Register to, Register from, int offset)
    {
        _code.AddRange([(byte)(0x48 | ((int)to >> 3 << 2) | ((int)from >> 3)), 0x8b]);
        Memory((int)to, from, offset);
    }

    /// <summary>to = from.</summary>
    public void Move(Register to, Register from) => _code.AddRange(
        [(byte)(0x48 | ((int)from >> 3 << 2) | ((int)to >> 3)), 0x89, (byte)(0xc0 | (((int)from & 7) << 3) | ((int)to & 7))]);

    /// <summary>to = a positive number.</summary>
    public void Set(Register to, int value)
    {
        if ((int)to > 7) _code.Add(0x41);
        _code.Add((byte)(0xb8 | ((int)to & 7)));
        Number(value);
    }

    /// <summary>to += value.</summary>
    public void Add(Register to, int value)
    {
        _code.AddRange([(byte)(0x48 | ((int)to >> 3)), 0x81, (byte)(0xc0 | ((int)to & 7))]);
        Number(value);
    }

    /// <summary>Subtracts one, and jumps back to <paramref name="target"/> unless that gives zero.</summary>
    public void Loop(Register counter, int target)
    {
        _code.AddRange([(byte)(0x48 | ((int)counter >> 3)), 0xff, (byte)(0xc8 | ((int)counter & 7)), 0x0f, 0x85]);
        Number(target - (Position + 4));
    }

    /// <summary>Goes back to the caller, the upper halves of registers cleared, without which older instructions would be slow.</summary>
    public void Return() => _code.AddRange([0xc5, 0xf8, 0x77, 0xc3]);

    // An EVEX instruction on registers.
    private void Evex(int map, int prefix, byte opcode, int reg, int second, int rm, int mask = 0, bool zero = false)
    {
        Prefix(map, prefix, reg, second, (rm >> 3) & 1, rm >> 4, mask, zero, length: 2);
        _code.AddRange([opcode, (byte)(0xc0 | ((reg & 7) << 3) | (rm & 7))]);
    }

    // An EVEX instruction on a register and memory.
    private void Evex(int map, int prefix, byte opcode, int reg, Register at, int offset, int size, int length = 2)
    {
        Prefix(map, prefix, reg, 0, (int)at >> 3, 0, 0, false, length);
        _code.Add(opcode);
        // A constant that is a small multiple of the operand's size is one byte.
        if (offset % size == 0 && offset / size is >= sbyte.MinValue and <= sbyte.MaxValue)
            _code.AddRange([(byte)(0x40 | ((reg & 7) << 3) | ((int)at & 7)), (byte)(offset / size)]);
        else
            Memory(reg, at, offset);
    }

    private void Prefix(int map, int prefix, int reg, int second, int b, int x, int mask, bool zero, int length) => _code.AddRange(
    [
        0x62,
        (byte)(map | ((~reg >> 4 & 1) << 4) | ((~b & 1) << 5) | ((~x & 1) << 6) | ((~reg >> 3 & 1) << 7)),
        (byte)(prefix | 4 | ((~second & 15) << 3)),
        (byte)(mask | ((~second >> 4 & 1) << 3) | (length << 5) | (zero ? 0x80 : 0)),
    ]);

    private void Memory(int reg, Register at, int offset)
    {
        _code.Add((byte)(0x80 | ((reg & 7) << 3) | ((int)at & 7)));
        Number(offset);
    }

    private void Number(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        _code.AddRange(bytes);
    }
}
