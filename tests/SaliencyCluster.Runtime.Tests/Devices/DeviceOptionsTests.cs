using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;

namespace SaliencyCluster.Runtime.Tests.Devices;

public sealed class DeviceOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new DeviceOptionsValidator().Validate(null, new()).Succeeded);

    [Fact]
    public void Every_mistake_is_reported_at_once_with_key_value_and_range()
    {
        var options = new DeviceOptions
        {
            ExecutionProvider = "gpu", DeviceId = -1, Lanes = 0, MemoryBudgetMegabytes = 1, GraphCacheMegabytes = -1, CacheFolderMegabytes = 1, QueueLength = 0, RunTimeout = TimeSpan.Zero,
        };
        Assert.Equal(
            [
                "Saliency:Device:ExecutionProvider is 'gpu'; it must be cpu, cuda, tensorrt.",
                "Saliency:Device:DeviceId is -1; it must be from 0 to 63.",
                "Saliency:Device:Lanes is 0; it must be from 1 to 256.",
                "Saliency:Device:MemoryBudgetMegabytes is 1; it must be from 16 to 16,777,216.",
                "Saliency:Device:GraphCacheMegabytes is -1; it must be from 0 to 1,048,576.",
                "Saliency:Device:CacheFolderMegabytes is 1; it must be from 16 to 16,777,216.",
                "Saliency:Device:QueueLength is 0; it must be from 1 to 65,536.",
                "Saliency:Device:RunTimeout is 00:00:00; it must be from 00:00:01 to 1.00:00:00.",
            ],
            new DeviceOptionsValidator().Validate(null, options).Failures);
    }

    [Fact]
    public void A_device_does_not_start_on_wrong_options()
    {
        var error = Assert.Throws<SaliencyException>(() => TestDevice.Make(lanes: 300));
        Assert.Equal("SAL4009", error.Code);
        Assert.Equal("Saliency:Device:Lanes is 300; it must be from 1 to 256.", error.What);
    }

    [Fact]
    public async Task A_device_is_made_from_configuration()
    {
        await using var services = Services(("Saliency:Device:Lanes", "3"), ("Saliency:Device:RunTimeout", "00:01:00"));
        Assert.Equal(3, services.GetRequiredService<Device>().Lanes);
    }

    [Fact]
    public async Task A_key_that_no_option_has_is_refused()
    {
        await using var services = Services(("Saliency:Device:Lane", "3"));
        var error = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IOptions<DeviceOptions>>().Value);
        Assert.Contains("'Lane'", error.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings) => new ServiceCollection()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build())
        .AddSaliencyDevice()
        .BuildServiceProvider();
}
