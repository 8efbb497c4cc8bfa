using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Zoo;

namespace SaliencyCluster.Autodiff.Tests.Maps;

/// <summary>What <c>last-conv</c> means in networks of every kind.</summary>
public class LastFeatureMapTests
{
    [Theory]
    [InlineData("alexnet", "Relu", "11,3,3")]
    [InlineData("vgg11_bn", "Relu", "16,2,2")]  // before the last pool
    [InlineData("resnet18", "Relu", "32,2,2")]  // residual sum, activation; not the shortcut, which comes later in the file
    [InlineData("resnet18-unfolded", "Relu", "22,2,2")]
    [InlineData("resnet18-optimized", "Relu", "32,2,2")]
    [InlineData("googlenet", "Concat", "64,2,2")]  // joined branches
    [InlineData("squeezenet1_1", "Relu", "10,2,2")]
    [InlineData("shufflenet_v2", "Relu", "48,2,2")]
    [InlineData("mobilenet_v2", "Clip", "128,2,2")]
    [InlineData("mobilenet_v3_large", "HardSwish", "60,2,2")]
    [InlineData("mobilenet_v3_large-opset12", "Mul", "48,2,2")]  // hard swish of several operators
    [InlineData("efficientnet_b0", "Mul", "80,2,2")]  // x * sigmoid(x)
    [InlineData("regnet_y_400mf", "Relu", "22,2,2")]
    [InlineData("convnext_tiny", "Add", "16,2,2")]  // through channels-last layers
    [InlineData("vit_b_16", "Conv", "16,4,4")]  // the patches: nothing later has a grid
    [InlineData("swin_t", "Conv", "8,9,9")]
    [InlineData("fcn_resnet50", "Relu", "11,5,5")]  // before the convolution that writes classes
    [InlineData("deeplabv3_mobilenet_v3_large", "Relu", "8,3,3")]
    [InlineData("lraspp_mobilenet_v3_large", "Mul", "8,3,3")]
    [InlineData("unet-transposed", "Concat", "14,16,16")]
    [InlineData("super-resolution", "HardSwish", "8,10,10")]
    [InlineData("sound", "ConvTranspose", "4,24")]
    [InlineData("volume", "ConvTranspose", "3,4,4,4")]
    public void Last_conv_is_the_feature_map_that_the_head_reads(string name, string op, string shape)
    {
        var zoo = ZooModel.Load(ZooModel.Repository, name);
        var summary = ModelSummary.Of(ModelReader.ReadFile(zoo.OnnxFile), zoo.Image);
        var layer = summary.Layers.Single(l => l.Tensor == summary.LastConvolution);
        Assert.Equal((op, shape), (layer.Operator, string.Join(',', layer.Shape)));
    }

    [Fact]
    public void Last_conv_of_a_sample_network_is_what_its_global_pool_reads()
    {
        var summary = ModelSummary.Of(ModelReader.ReadFile(Repo.Model("bears-clean")));
        var layer = summary.Layers.Single(l => l.Tensor == summary.LastConvolution);
        Assert.True(layer.GradCam);
        Assert.Equal("GlobalAveragePool", summary.Layers[summary.Layers.ToList().IndexOf(layer) + 1].Operator);
    }
}
