namespace SaliencyCluster.Tiles.Tests;

public sealed class ProcessorSupportTests
{
    [Fact]
    public void Bf16_is_found_where_the_kernel_says_so()
    {
        var flags = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        Assert.Equal(flags.Split(' ').Contains("avx512_bf16"), ProcessorSupport.HasBf16);
    }

    [Fact]
    public void What_is_missing_has_a_reason() => Assert.Equal(ProcessorSupport.HasBf16, string.IsNullOrEmpty(ProcessorSupport.Missing));
}
