using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Engine;

namespace SaliencyCluster.Runtime.Tests.Engine;

public sealed class ProviderSupportTests
{
    private static readonly ProviderSupport CpuBuild = new(["CPUExecutionProvider"]);
    private static readonly ProviderSupport GpuBuild = new(["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]);

    [Fact]
    public void This_build_has_the_processor() => ProviderSupport.OfThisProcess().Require(ExecutionProvider.Cpu);

    [Theory]
    [InlineData("cuda")]
    [InlineData("tensorrt")]
    public void A_gpu_in_a_build_without_it_stops_the_start_and_is_never_silently_a_cpu(string provider)
    {
        var error = Assert.Throws<SaliencyException>(() => new Device(new() { ExecutionProvider = provider }, TimeProvider.System, NullLogger.Instance, CpuBuild));
        Assert.Equal("SAL4001", error.Code);
        Assert.Equal($"Saliency:Device:ExecutionProvider is '{provider}', but this build has only CPUExecutionProvider.", error.What);
        Assert.Equal("Build with -p:OnnxRuntimeFlavor=Gpu, or set Saliency:Device:ExecutionProvider to 'cpu'.", error.Next);
    }

    [Theory]
    [InlineData(ExecutionProvider.Cuda)]
    [InlineData(ExecutionProvider.TensorRt)]
    [InlineData(ExecutionProvider.Cpu)]
    public void A_build_with_gpus_allows_every_provider(ExecutionProvider provider) => GpuBuild.Require(provider);

    // Whatever graphics the host's sysfs shows: it is the provider that must compute. With either flavour, on a host without an NVIDIA GPU.
    [Fact]
    public void Cuda_on_a_host_without_a_gpu_is_refused_at_the_start()
    {
        if (File.Exists("/proc/driver/nvidia/version")) return;
        var error = Assert.Throws<SaliencyException>(() => new Device(new() { ExecutionProvider = "cuda" }, TimeProvider.System, NullLogger.Instance));
        Assert.Contains(error.Code, (string[])["SAL4001", "SAL4002", "SAL4010", "SAL4011"]);
    }
}
