using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Tests.Devices;

namespace SaliencyCluster.Runtime.Tests.Engine;

public sealed class ProviderSupportTests
{
    private static readonly ProviderSupport GpuBuild = new(["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"], Gpus: 2);

    [Fact]
    public void This_build_has_the_processor() => ProviderSupport.OfThisProcess().Require(ExecutionProvider.Cpu, 0);

    [Theory]
    [InlineData("cuda")]
    [InlineData("tensorrt")]
    public void A_gpu_in_a_build_without_it_stops_the_start_and_is_never_silently_a_cpu(string provider)
    {
        var error = Assert.Throws<SaliencyException>(() => TestDevice.Make(options: new() { ExecutionProvider = provider }));
        Assert.Equal("SAL4001", error.Code);
        Assert.Equal($"Saliency:Device:ExecutionProvider is '{provider}', but this build has only CPUExecutionProvider.", error.What);
        Assert.Equal("Build with -p:OnnxRuntimeFlavor=Gpu, or set Saliency:Device:ExecutionProvider to 'cpu'.", error.Next);
    }

    [Theory]
    [InlineData(ExecutionProvider.Cuda, 1)]
    [InlineData(ExecutionProvider.TensorRt, 0)]
    [InlineData(ExecutionProvider.Cpu, 0)]
    public void A_build_with_gpus_allows_what_the_host_has(ExecutionProvider provider, int deviceId) => GpuBuild.Require(provider, deviceId);

    [Fact]
    public void A_gpu_that_the_host_does_not_have_is_named()
    {
        var error = Assert.Throws<SaliencyException>(() => GpuBuild.Require(ExecutionProvider.Cuda, 2));
        Assert.Equal("SAL4002", error.Code);
        Assert.Equal("Saliency:Device:ExecutionProvider is 'cuda' on GPU 2, but ONNX Runtime sees 2 GPUs on this host.", error.What);
    }
}
