using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Health;

namespace SaliencyCluster.Runtime.Tests.Health;

/// <summary>The texts are those of ONNX Runtime 1.32.0 with its CUDA provider on a machine without a GPU, and with a stub of CUDA (tests/gpu/stub).</summary>
public sealed class ProviderFaultsTests
{
    private const string Loading = "/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:2059 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library /app/libonnxruntime_providers_cuda.so with error: ";

    private static readonly DeviceOptions Cuda = new() { ExecutionProvider = "cuda" };

    public static TheoryData<string, string, string, string> Failures => new()
    {
        { Loading + "libcublasLt.so.13: cannot open shared object file: No such file or directory", "SAL4010", "libcublasLt.so.13", "libcublas-13-0" },
        { Loading + "libcudart.so.13: cannot open shared object file: No such file or directory", "SAL4010", "libcudart.so.13", "cuda-cudart-13-0" },
        { Loading + "libcurand.so.10: cannot open shared object file: No such file or directory", "SAL4010", "libcurand.so.10", "libcurand-13-0" },
        { Loading + "libnvinfer.so.10: cannot open shared object file: No such file or directory", "SAL4010", "libnvinfer.so.10", "TensorRT 10" },
        { Loading + "libsomething.so.3: cannot open shared object file: No such file or directory", "SAL4010", "libsomething.so.3", "the package that has libsomething.so.3" },
        { Loading + "libcuda.so.1: cannot open shared object file: No such file or directory", "SAL4011", "no NVIDIA driver", "580 or later" },
        { "Name:'proof' cuDNN is unavailable or disabled for CUDA Execution Provider: dlopen failed for libcudnn.so: libcudnn.so: cannot open shared object file: No such file or directory", "SAL4010", "libcudnn.so", "libcudnn9-cuda-13" },
        { "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0 ; hostname=vm ; file=x.cc", "SAL4011", "CUDA error 35, CUDA driver version is insufficient for CUDA runtime version", "580 or later" },
        { "CUDA failure 100: no CUDA-capable device is detected ; GPU=0 ; hostname=vm ; file=x.cc ; line=390", "SAL4002", "CUDA error 100, no CUDA-capable device is detected", "CUDA_VISIBLE_DEVICES" },
        { "CUDA failure 101: invalid device ordinal ; GPU=3 ; hostname=vm", "SAL4002", "invalid device ordinal", "Saliency:Device:DeviceId" },
        { "FromProviderOptions(const onnxruntime::ProviderOptions&) [ONNXRuntimeError] : 1 : FAIL : provider_options_utils.h:187 Parse Failed to parse provider option \"device_id\": cuda_execution_provider_info.cc:74 operator() Invalid device ID: 3, must be between 0 (inclusive) and 1 (exclusive).", "SAL4002", "fewer GPUs here", "Saliency:Device:DeviceId" },
        { "CUDA failure 209: no kernel image is available for execution on the device ; GPU=0", "SAL4012", "too old for this build", "7.5" },
        { "CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; hostname=vm", "SAL4014", "CUDA error 700, an illegal memory access was encountered", "Restart the worker" },
        { "CUDNN failure 5000: something new", "SAL4012", "cannot compute: CUDNN failure 5000: something new", "dmesg" },
    };

    [Theory, MemberData(nameof(Failures))]
    public void What_the_provider_says_becomes_what_is_missing_and_what_to_do(string said, string code, string what, string next)
    {
        var error = ProviderFaults.Of(Cuda, said);
        Assert.Equal(code, error.Code);
        Assert.StartsWith("cuda:0 ", error.What, StringComparison.Ordinal);
        Assert.Contains(what, error.What, StringComparison.Ordinal);
        Assert.Contains(next, error.Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CUDA failure 700: an illegal memory access was encountered ; GPU=0", true)]
    [InlineData("CUDA failure 719: unspecified launch failure ; GPU=0", true)]
    [InlineData("CUDA failure 214: uncorrectable ECC error encountered ; GPU=0", true)]
    [InlineData("CUDA failure 2: out of memory ; GPU=0", false)]
    [InlineData("Non-zero status code returned while running Conv node.", false)]
    public void Only_errors_that_last_mean_that_the_device_is_lost(string said, bool lost) => Assert.Equal(lost, ProviderFaults.IsLost(said));
}
