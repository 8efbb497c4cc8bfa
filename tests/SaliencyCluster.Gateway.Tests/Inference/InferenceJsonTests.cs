using System.Runtime.InteropServices;
using Google.Protobuf;
using SaliencyCluster.Gateway.Inference;
using SaliencyCluster.Gateway.Inference.Protocol;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Inference;

public sealed class InferenceJsonTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_number_that_JSON_cannot_write_is_refused_with_the_way_to_get_it(float number)
    {
        float[] numbers = [1, number];
        var response = new ModelInferResponse
        {
            ModelName = "m",
            Outputs = { new ModelInferResponse.Types.InferOutputTensor { Name = "y", Datatype = "FP32", Shape = { 2 } } },
            RawOutputContents = { ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(numbers)) },
        };
        var error = Assert.Throws<SaliencyException>(() => InferenceJson.Write(response, new()));
        Assert.Equal("SAL2642", error.Code);
        Assert.Contains("binary_data_output", error.Next, StringComparison.Ordinal);
        var asked = new ModelInferRequest { Parameters = { ["binary_data_output"] = new() { BoolParam = true } } };
        Assert.Equal(response.RawOutputContents, InferenceJson.Write(response, asked).Behind);
    }
}
