using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Attribution.Tests.Methods;

/// <summary>For a network that ends in global average pooling and one linear layer, Grad-CAM is the class activation map over the number of places.</summary>
/// <remarks>Selvaraju et al., 2017, section 3.1; Zhou et al., 2016, https://arxiv.org/abs/1512.04150.</remarks>
public sealed class ClassActivationMapTests
{
    private const int Colours = 3, Channels = 5, Side = 4, Places = Side * Side, Classes = 3;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Grad_cam_before_a_global_average_pool_is_the_class_activation_map(int seed)
    {
        var random = new Random(seed);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
        float[] filters = Draw(Channels * Colours), biases = Draw(Channels), weights = Draw(Channels * Classes), image = Draw(Colours * Places);
        var file = new ModelBuilder().Input("x", -1, Colours, Side, Side)
            .Weight("f", [Channels, Colours, 1, 1], filters).Weight("b", [Channels], biases).Weight("w", [Channels, Classes], weights)
            .Node("Conv", "x f b", "z").Node("Relu", "z", "a").Node("GlobalAveragePool", "a", "p").Node("Flatten", "p", "v")
                .Node("MatMul", "v w", "y").Output("y", -1, Classes);
        var model = ModelReader.Read(file.ToBytes(), "random");
        await using var engine = new LocalEngine();
        const int target = 1;
        var result = await engine.ExplainAsync(new(model, ModelSummary.Of(model), []), new() { Method = "grad-cam", Target = $"{target}" }, new([Colours, Side, Side], image), 0, TestContext.Current.CancellationToken);

        double Activation(int channel, int place) => Math.Max(0, biases[channel] + Enumerable.Range(0, Colours).Sum(i => (double)filters[(channel * Colours) + i] * image[(i * Places) + place]));
        for (var place = 0; place < Places; place++)
        {
            var classActivation = Enumerable.Range(0, Channels).Sum(k => weights[(k * Classes) + target] * Activation(k, place));
            Assert.Equal(classActivation / Places, result.Estimate.Map.Data[place], 1e-5);
        }
    }
}
