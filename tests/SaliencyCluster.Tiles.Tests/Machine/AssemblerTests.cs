using SaliencyCluster.Tiles.Machine;
using static SaliencyCluster.Tiles.Machine.Register;

namespace SaliencyCluster.Tiles.Tests.Machine;

/// <summary>The bytes on the left are those that the GNU assembler makes of the text beside them.</summary>
public sealed class AssemblerTests
{
    public static TheoryData<string, string> Instructions
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (bytes, text) in Known.Keys) data.Add(bytes, text);
            return data;
        }
    }

    private static Dictionary<(string Bytes, string Text), Action<Assembler>> Known { get; } = new()
    {
        [("62020e4052dd", "vdpbf16ps zmm27, zmm30, zmm29")] = a => a.DotPairs(27, 30, 29),
        [("62921e4852df", "vdpbf16ps zmm3, zmm12, zmm31")] = a => a.DotPairs(3, 12, 31),
        [("62617c48106601", "vmovups zmm28, [rsi+64]")] = a => a.Load(28, Rsi, 64),
        [("62617c4810ae64000000", "vmovups zmm29, [rsi+100]")] = a => a.Load(29, Rsi, 100),
        [("62517c48104a80", "vmovups zmm9, [r10-8192]")] = a => a.Load(9, R10, -8192),
        [("62e17c48114802", "vmovups [rax+128], zmm17")] = a => a.Store(Rax, 128, 17),
        [("62617c281160ff", "vmovups [rax-32], ymm28")] = a => a.StoreHalf(Rax, -32, 28),
        [("62427d4858bae8030000", "vpbroadcastd zmm31, [r10+1000]")] = a => a.Broadcast(31, R10, 1000),
        [("62427d48587201", "vpbroadcastd zmm30, [r10+4]")] = a => a.Broadcast(30, R10, 4),
        [("62627d48336901", "vpmovzxwd zmm29, [rcx+32]")] = a => a.LoadHalves(29, Rcx, 32),
        [("62627d4833aa70110100", "vpmovzxwd zmm29, [rdx+70000]")] = a => a.LoadHalves(29, Rdx, 70000),
        [("6291154072f510", "vpslld zmm29, zmm29, 16")] = a => a.ShiftLeft(29, 29, 16),
        [("62e17c4828e1", "vmovaps zmm20, zmm1")] = a => a.Move(20, 1),
        [("62a17cc928e4", "vmovaps zmm20{k1}{z}, zmm20")] = a => a.KeepMasked(20, 20),
        [("62010540efff", "vpxord zmm31, zmm31, zmm31")] = a => a.Clear(31),
        [("6291544858ed", "vaddps zmm5, zmm5, zmm29")] = a => a.Add(5, 5, 29),
        [("62a104405fd2", "vmaxps zmm18, zmm31, zmm18")] = a => a.Max(18, 31, 18),
        [("62911440c2cf1e", "vcmpps k1, zmm29, zmm31, 0x1e")] = a => a.WhereGreater(29, 31),
        [("62227e4872e6", "vcvtneps2bf16 ymm28, zmm22")] = a => a.RoundToHalves(28, 22),
        [("488b9710000000", "mov rdx, [rdi+16], 4 bytes of offset")] = a => a.Load(Rdx, Rdi, 16),
        [("4c8b9728000000", "mov r10, [rdi+40], 4 bytes of offset")] = a => a.Load(R10, Rdi, 40),
        [("4989d2", "mov r10, rdx")] = a => a.Move(R10, Rdx),
        [("4c89d2", "mov rdx, r10")] = a => a.Move(Rdx, R10),
        [("b9d2040000", "mov ecx, 1234")] = a => a.Set(Rcx, 1234),
        [("41b807000000", "mov r8d, 7")] = a => a.Set(R8, 7),
        [("4981c278560000", "add r10, 0x5678")] = a => a.Add(R10, 0x5678),
        [("48ffc90f85f7ffffff", "dec rcx; jnz to itself")] = a => a.Loop(Rcx, 0),
        [("49ffc80f85f7ffffff", "dec r8; jnz to itself")] = a => a.Loop(R8, 0),
        [("c5f877c3", "vzeroupper; ret")] = a => a.Return(),
    };

    [Theory, MemberData(nameof(Instructions))]
    public void An_instruction_has_the_bytes_of_the_gnu_assembler(string bytes, string text)
    {
        var assembler = new Assembler();
        Known[(bytes, text)](assembler);
        Assert.Equal(bytes, Convert.ToHexStringLower(assembler.ToArray()));
    }

    [Fact]
    public void Code_is_aligned_to_cache_lines()
    {
        var assembler = new Assembler();
        assembler.Return();
        assembler.Align();
        Assert.Equal(64, assembler.Position);
        assembler.Align();
        Assert.Equal(64, assembler.Position);
    }
}
