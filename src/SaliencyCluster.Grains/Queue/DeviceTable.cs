using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Queue;

/// <summary>The devices that have asked for work or reported lately.</summary>
internal sealed class DeviceTable
{
    private readonly Dictionary<(string Silo, string Name), DeviceEntry> _devices = [];

    /// <summary>Gets the number of devices that take work.</summary>
    public int Serving => _devices.Values.Count(d => d.TakesWork);

    public IEnumerable<DeviceEntry> All => _devices.Values;

    /// <summary>Gets the mean of what devices remember of a model, in points a second; null where none does.</summary>
    public double? InstanceSpeed(string model, string? provider)
    {
        var (sum, count) = (0.0, 0);
        foreach (var device in _devices.Values)
        {
            if ((provider is null || device.Id.Provider == provider) && device.InstanceSpeed(model) is { } rate)
                (sum, count) = (sum + rate, count + 1);
        }
        return count > 0 ? sum / count : null;
    }

    /// <summary>Gets a device and takes note that it is there.</summary>
    public DeviceEntry Seen(DeviceId id, DateTimeOffset now)
    {
        var key = (id.SiloAddress, id.Name);
        if (!_devices.TryGetValue(key, out var device)) _devices[key] = device = new(id);
        device.LastSeen = now;
        return device;
    }

    public IReadOnlyList<DeviceEntry> Of(string siloAddress) => [.. _devices.Values.Where(d => d.Id.SiloAddress == siloAddress)];

    public void Remove(DeviceEntry device) => _devices.Remove((device.Id.SiloAddress, device.Id.Name));

    /// <summary>Forgets devices that have not been seen since then and hold nothing.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var device in _devices.Values.Where(d => d.LastSeen < before && d.Leases.Count == 0).ToArray()) Remove(device);
    }
}
