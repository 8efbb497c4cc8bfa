using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Tests.Requests;

public sealed class OptionsMappingTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["target"] = "3", ["output"] = "boxes",
        ["box"] = "1.5,2,30,40:cat", ["detection"] = "2", ["head"] = "ssd:xyxy", ["score-threshold"] = "0.1", ["iou"] = "0.6",
        ["score"] = "probability", ["steps"] = "7", ["rule"] = "riemann_left", ["baseline"] = "ones", ["samples"] = "5",
        ["stdev"] = "0.25", ["stdev-kind"] = "absolute", ["sampling"] = "antithetic", ["seed"] = "18446744073709551615", ["layer"] = "conv1",
        ["window"] = "4,5", ["stride"] = "2,3", ["segments"] = "grid:3", ["ascent"] = "range=0:1",
        ["tolerance"] = "0.02", ["smooth"] = "vargrad", ["smooth-samples"] = "8",
        ["relu"] = "true", ["finer"] = "2", ["upsampling"] = "bilinear",
        ["standard-error-map"] = "true", ["micro-batch"] = "4", ["shard-points"] = "16",
    };

    public static TheoryData<string> Options => [.. OptionCatalog.All.Select(o => o.Name)];

    [Theory, MemberData(nameof(Options))]
    public void Every_option_of_a_request_crosses_the_wire_both_ways(string name)
    {
        var option = OptionCatalog.Find(name)!;
        var request = option.Parse(new ExplanationRequest { Method = "gradient" }, Values[name])!;
        var wire = OptionsMapping.Write(request);
        Assert.NotEqual(new ExplanationOptions { Method = "gradient" }, wire);
        Assert.Equal(Values[name], option.Text(OptionsMapping.Read(wire)));
    }

    [Fact]
    public void An_explicit_zero_stays_a_zero_and_what_is_unset_stays_unset()
    {
        var request = OptionsMapping.Read(new ExplanationOptions { Method = "smoothgrad", Samples = 0 });
        Assert.Equal(0, request.Samples);
        Assert.Null(request.Stdev);
        Assert.Null(request.Window);
    }

    [Fact]
    public void All_fields_that_cannot_be_read_are_named_at_once()
    {
        var error = Assert.Throws<InvalidRequestException>(() => OptionsMapping.Read(new() { Method = "occlusion", Steps = uint.MaxValue, Window = { 3 } }));
        Assert.Equal(["options.steps", "options.window"], error.Fields.Select(f => f.Field));
        Assert.Equal("The field 'options.steps' is 4294967295; it must be at most 2147483647. "
            + "The field 'options.window' must have two numbers, height and width, or none; it has 1.", error.What);
    }

    [Fact]
    public void A_request_without_a_method_is_refused()
    {
        Assert.Equal("SAL2602", Assert.Throws<InvalidRequestException>(() => OptionsMapping.Read(null)).Code);
        Assert.Equal("SAL2602", Assert.Throws<InvalidRequestException>(() => OptionsMapping.Read(new())).Code);
    }
}
