using SaliencyCluster.Runtime.Engine;

namespace SaliencyCluster.Runtime.Tests.Engine;

public sealed class UnsupportedNodesTests
{
    [Fact]
    public void Nodes_without_a_kernel_are_named_as_the_log_names_them() => Assert.Equal(
        ["Acosh 'head/Acosh_3'", "Det 'd'"],
        UnsupportedNodes.NodesIn(
        [
            "CUDA kernel not found in registries for Op type: Acosh node name: head/Acosh_3",
            "Removing initializer 'w'. It is no longer used by any node.",
            "CUDA kernel not found in registries for Op type: Acosh node name: head/Acosh_3",
            "CUDA kernel not found in registries for Op type: Det node name: d",
        ]));
}
