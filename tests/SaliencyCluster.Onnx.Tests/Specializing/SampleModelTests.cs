using SaliencyCluster.TestKit;

namespace SaliencyCluster.Onnx.Tests.Specializing;

public class SampleModelTests
{
    [Theory]
    [InlineData("bears-clean", 3, 64)]
    [InlineData("bears-confounded", 3, 64)]
    [InlineData("mnist-cnn", 1, 28)]
    [InlineData("mnist-cnn-random-labels", 1, 28)]
    [InlineData("mnist-mlp", 1, 28)]
    public void Every_shape_and_folded_value_of_a_sample_equals_the_runtimes(string name, long channels, long size) =>
        Against.Runtime(ModelReader.ReadFile(Repo.Model(name)), [2, channels, size, size]);
}
