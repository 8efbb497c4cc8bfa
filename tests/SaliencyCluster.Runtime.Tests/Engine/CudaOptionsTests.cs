using SaliencyCluster.Runtime.Engine;

namespace SaliencyCluster.Runtime.Tests.Engine;

public sealed class CudaOptionsTests
{
    [Fact]
    public void Numbers_are_whole_floats_and_no_algorithm_is_chosen_by_a_stopwatch()
    {
        var options = CudaOptions.Of(new() { ExecutionProvider = "cuda", DeviceId = 3 });
        Assert.Equal(("3", "0", "HEURISTIC"), (options["device_id"], options["use_tf32"], options["cudnn_conv_algo_search"]));
        Assert.DoesNotContain("gpu_mem_limit", options.Keys);
    }

    [Fact]
    public void The_memory_budget_limits_the_memory_of_the_gpu() => Assert.Equal(
        "4294967296", CudaOptions.Of(new() { ExecutionProvider = "cuda", MemoryBudgetMegabytes = 4096 })["gpu_mem_limit"]);
}
